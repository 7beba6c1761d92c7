# Draws figure13-b.pdf and figure13-b.svg: run `gnuplot figure13-b.gp` in the folder of this file.
set encoding utf8

# cost ratio: centre of the bar, value
$panel1_group1 << END
0.5 0.5
1.5 0.625
END
$panel1_group2 << END
4.5 1.5
END
$panel1_group3 << END
7.5 1.0
END

do for [format in 'pdf svg'] {
  if (format eq 'pdf') {
    set terminal pdfcairo noenhanced font 'DejaVu Sans,9' fontscale 0.75 linewidth 1 size 10in,2.861111in
  } else {
    set terminal svg noenhanced font 'DejaVu Sans,9' fontscale 1.333 linewidth 0.7 size 960,275 background '#ffffff'
  }
  set output 'figure13-b.'.format
  set multiplot
  set style data boxes
  set boxwidth 0.8 absolute
  set border 3 lw 0.7
  set tics nomirror
  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1
  unset key
  
  set lmargin at screen 0.061111
  set rmargin at screen 0.991667
  set bmargin at screen 0.165049
  set tmargin at screen 0.796117
  set xlabel 'models that both systems served (CV = 8, 0.6 req/s)' offset 0,0.5
  set ylabel 'cost ratio' offset 1,0
  set xrange [-1:9]
  set yrange [0:1.75]
  set xtics scale 0 font 'DejaVu Sans,8' ('chatbot (2)' 1, 'code (1)' 4.5, 'summarization (1)' 7.5)
  set ytics scale 0.5 0.5
  unset label
  unset object
  unset arrow
  set arrow from graph 0,first 1 to graph 1,first 1 nohead front lc rgb '#000000' lw 1 dt (6,4)
  set arrow from graph 0,first 0.90625 to graph 1,first 0.90625 nohead front lc rgb '#ffffff' lw 3
  set arrow from graph 0,first 0.90625 to graph 1,first 0.90625 nohead front lc rgb '#000000' lw 1.4
  set arrow from graph 0,first 0.82339 to graph 1,first 0.82339 nohead front lc rgb '#ffffff' lw 3
  set arrow from graph 0,first 0.82339 to graph 1,first 0.82339 nohead front lc rgb '#c00000' lw 1.8 dt (4,2)
  set object rectangle from screen 0.353639,screen 0.924757 to screen 0.375861,screen 0.963592 front fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'chatbot' at screen 0.381417,screen 0.944175 left
  set object rectangle from screen 0.447486,screen 0.924757 to screen 0.469708,screen 0.963592 front fc rgb '#d34477' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'code' at screen 0.475264,screen 0.944175 left
  set object rectangle from screen 0.525208,screen 0.924757 to screen 0.547431,screen 0.963592 front fc rgb '#c7b828' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'summarization' at screen 0.552986,screen 0.944175 left
  set object rectangle from screen 0.184764,screen 0.851942 to screen 0.206986,screen 0.890777 front fc rgb '#555555' fs solid 1 border lc rgb '#222222' lw 0.6
  set object rectangle from screen 0.184764,screen 0.851942 to screen 0.206986,screen 0.890777 front fc rgb '#ffffff' fs transparent pattern 1 border lc rgb '#222222' lw 0.6
  set label 'own run (simulated) over precomputed (simulated)' at screen 0.212542,screen 0.871359 left
  set arrow from screen 0.549361,screen 0.871359 to screen 0.571583,screen 0.871359 nohead front lc rgb '#ffffff' lw 3
  set arrow from screen 0.549361,screen 0.871359 to screen 0.571583,screen 0.871359 nohead front lc rgb '#000000' lw 1.4
  set label 'mean of the bars' at screen 0.577139,screen 0.871359 left
  set arrow from screen 0.702208,screen 0.871359 to screen 0.724431,screen 0.871359 nohead front lc rgb '#ffffff' lw 3
  set arrow from screen 0.702208,screen 0.871359 to screen 0.724431,screen 0.871359 nohead front lc rgb '#c00000' lw 1.8 dt (4,2)
  set label 'paper''s mean' at screen 0.729986,screen 0.871359 left
  plot $panel1_group1 using 1:2 with boxes fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_group1 using 1:2 with boxes fc rgb '#ffffff' fs transparent pattern 1 border lc rgb '#222222' lw 0.6, \
    $panel1_group2 using 1:2 with boxes fc rgb '#d34477' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_group2 using 1:2 with boxes fc rgb '#ffffff' fs transparent pattern 1 border lc rgb '#222222' lw 0.6, \
    $panel1_group3 using 1:2 with boxes fc rgb '#c7b828' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_group3 using 1:2 with boxes fc rgb '#ffffff' fs transparent pattern 1 border lc rgb '#222222' lw 0.6
  unset multiplot
  unset output
}
