# Draws ratios.pdf and ratios.svg: run `gnuplot ratios.gp` in the folder of this file.
set encoding utf8

# ratio: centre of the bar, value
$panel1_group1 << END
0.5 1.2
1.5 0.8
2.5 0.5
END
$panel1_group2 << END
5.5 1.0
6.5 1.6
END

# ratio: centre of the bar, value
$panel2_group2 << END
0.5 0.3
END
$panel2_group3 << END
3.5 0.7
END

do for [format in 'pdf svg'] {
  if (format eq 'pdf') {
    set terminal pdfcairo noenhanced font 'DejaVu Sans,9' fontscale 0.75 linewidth 1 size 10in,5.027778in
  } else {
    set terminal svg noenhanced font 'DejaVu Sans,9' fontscale 1.333 linewidth 0.7 size 960,483 background '#ffffff'
  }
  set output 'ratios.'.format
  set multiplot
  set style data boxes
  set boxwidth 0.8 absolute
  set border 3 lw 0.7
  set tics nomirror
  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1
  unset key
  
  set lmargin at screen 0.061111
  set rmargin at screen 0.991667
  set bmargin at screen 0.524862
  set tmargin at screen 0.883978
  unset xlabel
  set ylabel 'ratio' offset 1,0
  set xrange [-1:8]
  set yrange [0:1.75]
  set xtics scale 0 font 'DejaVu Sans,8' ('chatbot (3)' 1.5, 'code (2)' 6)
  set ytics scale 0.5 0.5
  unset label
  unset object
  unset arrow
  set arrow from graph 0,first 1 to graph 1,first 1 nohead front lc rgb '#000000' lw 1 dt (6,4)
  set arrow from graph 0,first 0.9 to graph 1,first 0.9 nohead front lc rgb '#ffffff' lw 3
  set arrow from graph 0,first 0.9 to graph 1,first 0.9 nohead front lc rgb '#000000' lw 1.4
  set arrow from graph 0,first 1.1 to graph 1,first 1.1 nohead front lc rgb '#ffffff' lw 3
  set arrow from graph 0,first 1.1 to graph 1,first 1.1 nohead front lc rgb '#c00000' lw 1.8 dt (4,2)
  set object rectangle from screen 0.388451,screen 0.957182 to screen 0.410674,screen 0.979282 front fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'chatbot' at screen 0.416229,screen 0.968232 left
  set object rectangle from screen 0.482299,screen 0.957182 to screen 0.504521,screen 0.979282 front fc rgb '#814e01' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'code' at screen 0.510076,screen 0.968232 left
  set object rectangle from screen 0.560021,screen 0.957182 to screen 0.582243,screen 0.979282 front fc rgb '#d34477' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'rare' at screen 0.587799,screen 0.968232 left
  set object rectangle from screen 0.353826,screen 0.915746 to screen 0.376049,screen 0.937845 front fc rgb '#555555' fs solid 1 border lc rgb '#222222' lw 0.6
  set object rectangle from screen 0.353826,screen 0.915746 to screen 0.376049,screen 0.937845 front fc rgb '#ffffff' fs transparent pattern 1 border lc rgb '#222222' lw 0.6
  set label 'own run' at screen 0.381604,screen 0.926796 left
  set arrow from screen 0.451549,screen 0.926796 to screen 0.473771,screen 0.926796 nohead front lc rgb '#ffffff' lw 3
  set arrow from screen 0.451549,screen 0.926796 to screen 0.473771,screen 0.926796 nohead front lc rgb '#000000' lw 1.4
  set label 'mean' at screen 0.479326,screen 0.926796 left
  set arrow from screen 0.533146,screen 0.926796 to screen 0.555368,screen 0.926796 nohead front lc rgb '#ffffff' lw 3
  set arrow from screen 0.533146,screen 0.926796 to screen 0.555368,screen 0.926796 nohead front lc rgb '#c00000' lw 1.8 dt (4,2)
  set label 'paper''s mean' at screen 0.560924,screen 0.926796 left
  plot $panel1_group1 using 1:2 with boxes fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_group1 using 1:2 with boxes fc rgb '#ffffff' fs transparent pattern 1 border lc rgb '#222222' lw 0.6, \
    $panel1_group2 using 1:2 with boxes fc rgb '#814e01' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_group2 using 1:2 with boxes fc rgb '#ffffff' fs transparent pattern 1 border lc rgb '#222222' lw 0.6
  
  set lmargin at screen 0.061111
  set rmargin at screen 0.991667
  set bmargin at screen 0.093923
  set tmargin at screen 0.453039
  set xlabel 'models' offset 0,0.5
  set ylabel 'ratio' offset 1,0
  set xrange [-1:5]
  set yrange [0:1.25]
  set xtics scale 0 font 'DejaVu Sans,8' ('code (1)' 0.5, 'rare (1)' 3.5)
  set ytics scale 0.5 0.5
  unset label
  unset object
  unset arrow
  set arrow from graph 0,first 1 to graph 1,first 1 nohead front lc rgb '#000000' lw 1 dt (6,4)
  set arrow from graph 0,first 0.9 to graph 1,first 0.9 nohead front lc rgb '#ffffff' lw 3
  set arrow from graph 0,first 0.9 to graph 1,first 0.9 nohead front lc rgb '#000000' lw 1.4
  set arrow from graph 0,first 1.1 to graph 1,first 1.1 nohead front lc rgb '#ffffff' lw 3
  set arrow from graph 0,first 1.1 to graph 1,first 1.1 nohead front lc rgb '#c00000' lw 1.8 dt (4,2)
  plot $panel2_group2 using 1:2 with boxes fc rgb '#814e01' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel2_group2 using 1:2 with boxes fc rgb '#ffffff' fs transparent pattern 1 border lc rgb '#222222' lw 0.6, \
    $panel2_group3 using 1:2 with boxes fc rgb '#d34477' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel2_group3 using 1:2 with boxes fc rgb '#ffffff' fs transparent pattern 1 border lc rgb '#222222' lw 0.6
  unset multiplot
  unset output
}
