# Draws tornado.pdf and tornado.svg: run `gnuplot tornado.gp` in the folder of this file.
set encoding utf8

# Bars: left, right, lower and upper edge; error bars: left end, place and length
$low << END
0.0 8.0 0.02 0.36
-1.0 0.0 -0.98 -0.64
0.0 0.0 -1.98 -1.64
END
$low_error_bars << END
6.0 0.19 4.0
-3.0 -0.81 4.0
END
# Bars: left, right, lower and upper edge; error bars: left end, place and length
$high << END
-10.0 0.0 -0.36 -0.02
0.0 0.0 -2.36 -2.02
END
$high_error_bars << END
-11.5 -0.19 3.0
END

do for [format in 'pdf svg'] {
  if (format eq 'pdf') {
    set terminal pdfcairo noenhanced font 'DejaVu Sans,9' fontscale 0.75 linewidth 1 size 8.611111in,1.958333in
  } else {
    set terminal svg noenhanced font 'DejaVu Sans,9' fontscale 1.333 linewidth 0.7 size 827,188 background '#ffffff'
  }
  set output 'tornado.'.format
  set multiplot
  set border 3 lw 0.7
  set tics nomirror
  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1
  unset key
  
  set lmargin at screen 0.115613
  set rmargin at screen 0.977419
  set bmargin at screen 0.269504
  set tmargin at screen 0.737589
  set title 'simulated: a test' offset 0,-0.5
  set xlabel 'change (points)' offset 0,0.4
  set xrange [-12.36:10.86]
  set yrange [-2.6:0.6]
  set xtics scale 0.5 font 'DejaVu Sans,8'
  set ytics scale 0 font 'DejaVu Sans,8' ('it''s (0.6)' 0, 'only lower (4)' -1, 'nothing' -2)
  unset grid
  set grid xtics lc rgb '#d9d9d9' lw 0.5 dt 1
  set arrow from first 0,graph 0 to first 0,graph 1 nohead front lc rgb '#222222' lw 0.9
  set object rectangle from screen 0.265435,screen 0.890071 to screen 0.291242,screen 0.946809 front fc rgb '#8d8cfe' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'lowered by 20 %' at screen 0.297694,screen 0.91844 left
  set object rectangle from screen 0.4425,screen 0.890071 to screen 0.468306,screen 0.946809 front fc rgb '#814e01' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'raised by 20 %' at screen 0.474758,screen 0.91844 left
  set arrow from screen 0.619113,screen 0.882979 to screen 0.619113,screen 0.953901 nohead back lc rgb '#222222' lw 0.9
  set arrow from screen 0.615081,screen 0.882979 to screen 0.623145,screen 0.882979 nohead back lc rgb '#222222' lw 0.9
  set arrow from screen 0.615081,screen 0.953901 to screen 0.623145,screen 0.953901 nohead back lc rgb '#222222' lw 0.9
  set label '95 % interval' at screen 0.638468,screen 0.91844 left
  plot $low using ($1):($3):1:2:3:4 with boxxyerror fc rgb '#8d8cfe' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $high using ($1):($3):1:2:3:4 with boxxyerror fc rgb '#814e01' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $low_error_bars using 1:2:3:(0) with vectors heads size screen 0.003,90 lc rgb '#ffffff' lw 2.4, \
    $low_error_bars using 1:2:3:(0) with vectors heads size screen 0.003,90 lc rgb '#222222' lw 0.9, \
    $high_error_bars using 1:2:3:(0) with vectors heads size screen 0.003,90 lc rgb '#ffffff' lw 2.4, \
    $high_error_bars using 1:2:3:(0) with vectors heads size screen 0.003,90 lc rgb '#222222' lw 0.9
  unset multiplot
  unset output
}
